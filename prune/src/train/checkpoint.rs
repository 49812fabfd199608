//! Checkpoints: everything a run needs to go on as if it had never stopped.
//!
//! A safetensors file with weights, momentum and batch norm's running statistics. Its metadata says how far the run is
//! and what it belongs to: digests of network, images and masks, and all options. Random numbers follow from the seed and
//! the epoch, so that they need no state. The caller writes the bytes (beside their place, then renamed).

use super::error::TrainError;
use super::options::TrainOptions;
use super::record::{EpochRecord, Evaluation};
use super::session::Session;
use crosscut_traces::DataSet;
use crosscut_traces::random;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Version of the layout.
const FORMAT: u32 = 2;

/// Key of the metadata.
const KEY: &str = "crosscut-training";

#[derive(Debug, Serialize, Deserialize)]
struct About {
    format: u32,
    network: String,
    data: String,
    masks: String,
    options: TrainOptions,
    before: Option<Evaluation>,
    epochs: Vec<EpochRecord>,
}

/// Digest of images and labels.
fn digest(set: &DataSet) -> String {
    let mut h = random::digest(0, set.images.len() as u64);
    for (image, &label) in set.images.iter().zip(&set.labels) {
        // One multiplication per value; the image's sum is then mixed well.
        let sum = image.iter().fold(u64::from(label), |s, v| {
            s.wrapping_mul(0x0000_0100_0000_01B3) ^ u64::from(v.to_bits())
        });
        h = random::digest(h, sum);
    }
    format!("{h:016x}")
}

impl Session<'_> {
    fn about(&self) -> About {
        About {
            format: FORMAT,
            network: self.net.digest(),
            data: digest(self.data),
            masks: self.masks.map_or("none".to_string(), |m| m.digest()),
            options: self.options.clone(),
            before: self.before,
            epochs: self.epochs.clone(),
        }
    }

    /// The state after the epochs done, as bytes of a file.
    ///
    /// # Errors
    /// If the format cannot hold it.
    pub fn checkpoint(&self) -> Result<Vec<u8>, TrainError> {
        let damaged = |e: &dyn std::fmt::Display| TrainError::Checkpoint(e.to_string());
        let mut tensors: Vec<(String, Dtype, Vec<u8>)> = Vec::new();
        let params = &self.engine.params;
        for p in &params.all {
            for (what, values) in [("value", &p.value), ("momentum", &p.momentum)] {
                let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
                tensors.push((format!("{}.{what}", p.name), Dtype::F32, bytes));
            }
        }
        for n in &params.norms {
            let name = &params.all[n.gamma].name;
            for (what, values) in [("mean", &n.mean), ("variance", &n.variance)] {
                let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
                tensors.push((format!("{name}.{what}"), Dtype::F64, bytes));
            }
        }
        let views = tensors.iter().map(|(name, dtype, bytes)| {
            let width = if *dtype == Dtype::F32 { 4 } else { 8 };
            let view = TensorView::new(*dtype, vec![bytes.len() / width], bytes);
            view.map(|v| (name.clone(), v))
        });
        let views = views.collect::<Result<Vec<_>, _>>();
        let views = views.map_err(|e| damaged(&e))?;
        let about = serde_json::to_string(&self.about()).map_err(|e| damaged(&e))?;
        let metadata = HashMap::from([(KEY.to_string(), about)]);
        safetensors::serialize(views, Some(metadata)).map_err(|e| damaged(&e))
    }

    /// Goes on from a checkpoint of the same run.
    ///
    /// # Errors
    /// [`TrainError::Checkpoint`] if the bytes are damaged, [`TrainError::OtherRun`] if network, images, masks or options
    /// are others.
    pub fn resume(&mut self, bytes: &[u8]) -> Result<(), TrainError> {
        let damaged = |what: String| TrainError::Checkpoint(what);
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|e| damaged(e.to_string()))?;
        let about = header.metadata().as_ref().and_then(|m| m.get(KEY));
        let about = about.ok_or_else(|| damaged(format!("it has no `{KEY}` entry")))?;
        let about: About = serde_json::from_str(about).map_err(|e| damaged(e.to_string()))?;
        self.same_run(&about)?;
        let file = SafeTensors::deserialize(bytes).map_err(|e| damaged(e.to_string()))?;
        let read = |name: String, dtype: Dtype, len: usize| {
            let view = file.tensor(&name).map_err(|e| damaged(e.to_string()))?;
            if view.dtype() != dtype || view.shape() != [len] {
                return Err(damaged(format!("tensor `{name}` does not fit")));
            }
            Ok(view.data().to_vec())
        };
        let mut params = self.engine.params.clone();
        for p in &mut params.all {
            let (name, len) = (p.name.clone(), p.value.len());
            for (what, values) in [("value", &mut p.value), ("momentum", &mut p.momentum)] {
                let bytes = read(format!("{name}.{what}"), Dtype::F32, len)?;
                for (v, b) in values.iter_mut().zip(bytes.chunks_exact(4)) {
                    *v = f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
                }
            }
        }
        for n in &mut params.norms {
            let (name, len) = (params.all[n.gamma].name.clone(), n.mean.len());
            for (what, values) in [("mean", &mut n.mean), ("variance", &mut n.variance)] {
                let bytes = read(format!("{name}.{what}"), Dtype::F64, len)?;
                for (v, b) in values.iter_mut().zip(bytes.as_chunks::<8>().0) {
                    *v = f64::from_le_bytes(*b);
                }
            }
        }
        let all = &params.all;
        params.norms.iter_mut().for_each(|n| n.freeze(all));
        self.engine.params = params;
        self.epochs = about.epochs;
        self.before = about.before;
        Ok(())
    }

    fn same_run(&self, about: &About) -> Result<(), TrainError> {
        let here = self.about();
        let other = |what: &str, there: String, here: String| {
            Err(TrainError::OtherRun {
                what: what.to_string(),
                there,
                here,
            })
        };
        if about.format != FORMAT {
            return other("its format", about.format.to_string(), FORMAT.to_string());
        }
        let digests = [
            ("the network", &about.network, &here.network),
            ("the training images", &about.data, &here.data),
            ("the masks", &about.masks, &here.masks),
        ];
        for (what, there, here) in digests {
            if there != here {
                return other(what, there.clone(), here.clone());
            }
        }
        if about.options != here.options {
            let fields = |o: &TrainOptions| serde_json::to_value(o).unwrap_or_default();
            let (there, here) = (fields(&about.options), fields(&here.options));
            let names = here.as_object().into_iter().flat_map(|o| o.keys());
            for name in names {
                if there[name] != here[name] {
                    let what = format!("the option `{name}`");
                    return other(&what, there[name].to_string(), here[name].to_string());
                }
            }
        }
        Ok(())
    }
}
