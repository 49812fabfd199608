//! The subset of Perfetto's trace format that a timeline needs (`protos/perfetto/trace/*.proto`, field numbers as there),
//! and a writer of it.
//!
//! One sequence of packets, one clock: a nanosecond of the viewer is one tick of the digital clock. Names are interned:
//! a slice carries a small number, the name itself is written once.

use prost::Message;
use std::collections::BTreeMap;

/// A trace file.
#[derive(Clone, PartialEq, Message)]
pub struct Trace {
    /// In order of writing.
    #[prost(message, repeated, tag = "1")]
    pub packet: Vec<TracePacket>,
}

/// One entry: a track, an event, or both with names they refer to.
#[derive(Clone, PartialEq, Message)]
pub struct TracePacket {
    /// Tick of the event.
    #[prost(uint64, optional, tag = "8")]
    pub timestamp: Option<u64>,
    /// The writer; interned names belong to it.
    #[prost(uint32, optional, tag = "10")]
    pub trusted_packet_sequence_id: Option<u32>,
    /// An event.
    #[prost(message, optional, tag = "11")]
    pub track_event: Option<TrackEvent>,
    /// Names used from here on.
    #[prost(message, optional, tag = "12")]
    pub interned_data: Option<InternedData>,
    /// [`CLEARED`] on the first packet, [`NEEDED`] on those that refer to names.
    #[prost(uint32, optional, tag = "13")]
    pub sequence_flags: Option<u32>,
    /// A track.
    #[prost(message, optional, tag = "60")]
    pub track_descriptor: Option<TrackDescriptor>,
}

/// `SEQ_INCREMENTAL_STATE_CLEARED`: no names are known yet.
pub const CLEARED: u32 = 1;
/// `SEQ_NEEDS_INCREMENTAL_STATE`: the packet refers to names.
pub const NEEDED: u32 = 2;

/// A line of the viewer.
#[derive(Clone, PartialEq, Message)]
pub struct TrackDescriptor {
    /// Its number in this trace.
    #[prost(uint64, optional, tag = "1")]
    pub uuid: Option<u64>,
    /// Its name.
    #[prost(string, optional, tag = "2")]
    pub name: Option<String>,
    /// The track it is drawn under.
    #[prost(uint64, optional, tag = "5")]
    pub parent_uuid: Option<u64>,
    /// Set on tracks of values.
    #[prost(message, optional, tag = "8")]
    pub counter: Option<CounterDescriptor>,
    /// How the tracks under it are ordered; [`BY_RANK`].
    #[prost(int32, optional, tag = "11")]
    pub child_ordering: Option<i32>,
    /// Its place among the tracks under the same parent.
    #[prost(int32, optional, tag = "12")]
    pub sibling_order_rank: Option<i32>,
}

/// `ChildTracksOrdering::EXPLICIT`.
pub const BY_RANK: i32 = 3;

/// A track of values.
#[derive(Clone, PartialEq, Message)]
pub struct CounterDescriptor {
    /// What is counted.
    #[prost(string, optional, tag = "6")]
    pub unit_name: Option<String>,
}

/// Names by number.
#[derive(Clone, PartialEq, Message)]
pub struct InternedData {
    /// Names of events.
    #[prost(message, repeated, tag = "2")]
    pub event_names: Vec<EventName>,
}

/// A name and its number.
#[derive(Clone, PartialEq, Message)]
pub struct EventName {
    /// Number, from 1.
    #[prost(uint64, optional, tag = "1")]
    pub iid: Option<u64>,
    /// Name.
    #[prost(string, optional, tag = "2")]
    pub name: Option<String>,
}

/// Begin or end of a slice, or a value.
#[derive(Clone, PartialEq, Message)]
pub struct TrackEvent {
    /// [`SLICE_BEGIN`], [`SLICE_END`] or [`COUNTER`].
    #[prost(int32, optional, tag = "9")]
    pub r#type: Option<i32>,
    /// Number of the name.
    #[prost(uint64, optional, tag = "10")]
    pub name_iid: Option<u64>,
    /// The track.
    #[prost(uint64, optional, tag = "11")]
    pub track_uuid: Option<u64>,
    /// The value.
    #[prost(int64, optional, tag = "30")]
    pub counter_value: Option<i64>,
}

/// `TYPE_SLICE_BEGIN`.
pub const SLICE_BEGIN: i32 = 1;
/// `TYPE_SLICE_END`.
pub const SLICE_END: i32 = 2;
/// `TYPE_COUNTER`.
pub const COUNTER: i32 = 4;

/// The only sequence.
const SEQUENCE: u32 = 1;

/// Writes packets one by one; nothing but their bytes is kept.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    names: BTreeMap<String, u64>,
    packets: u64,
}

impl Writer {
    /// The file's bytes.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// Packets written.
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// A track, under `parent`, as the `rank`-th there; its values have a unit if it is a counter.
    pub fn track(
        &mut self,
        uuid: u64,
        parent: Option<u64>,
        name: &str,
        rank: i32,
        unit: Option<&str>,
    ) {
        let counter = unit.map(|u| CounterDescriptor {
            unit_name: Some(u.to_string()),
        });
        self.packet(TracePacket {
            track_descriptor: Some(TrackDescriptor {
                uuid: Some(uuid),
                name: Some(name.to_string()),
                parent_uuid: parent,
                child_ordering: counter.is_none().then_some(BY_RANK),
                counter,
                sibling_order_rank: Some(rank),
            }),
            ..TracePacket::default()
        });
    }

    /// A slice; nothing if it is empty.
    pub fn slice(&mut self, track: u64, name: &str, begin: u64, end: u64) {
        if end <= begin {
            return;
        }
        let known = self.names.get(name).copied();
        let iid = known.unwrap_or(self.names.len() as u64 + 1);
        let interned_data = known.is_none().then(|| {
            self.names.insert(name.to_string(), iid);
            let name = Some(name.to_string());
            InternedData {
                event_names: vec![EventName {
                    iid: Some(iid),
                    name,
                }],
            }
        });
        let event = TrackEvent {
            track_uuid: Some(track),
            ..TrackEvent::default()
        };
        self.packet(TracePacket {
            timestamp: Some(begin),
            interned_data,
            track_event: Some(TrackEvent {
                r#type: Some(SLICE_BEGIN),
                name_iid: Some(iid),
                ..event.clone()
            }),
            ..TracePacket::default()
        });
        self.packet(TracePacket {
            timestamp: Some(end),
            track_event: Some(TrackEvent {
                r#type: Some(SLICE_END),
                ..event
            }),
            ..TracePacket::default()
        });
    }

    /// A value from a tick on.
    pub fn value(&mut self, track: u64, tick: u64, value: u64) {
        self.packet(TracePacket {
            timestamp: Some(tick),
            track_event: Some(TrackEvent {
                r#type: Some(COUNTER),
                track_uuid: Some(track),
                counter_value: Some(value as i64),
                ..TrackEvent::default()
            }),
            ..TracePacket::default()
        });
    }

    fn packet(&mut self, packet: TracePacket) {
        let first = if self.packets == 0 { CLEARED } else { 0 };
        let packet = TracePacket {
            trusted_packet_sequence_id: Some(SEQUENCE),
            sequence_flags: Some(NEEDED | first),
            ..packet
        };
        prost::encoding::message::encode(1, &packet, &mut self.bytes);
        self.packets += 1;
    }
}
