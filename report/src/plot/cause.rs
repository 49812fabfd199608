//! What a station does with its time, as people read it: names and colours.

use crosscut_sim::record::Cause;

/// Name in legends and tables.
pub fn name(cause: Cause) -> &'static str {
    match cause {
        Cause::Busy => "busy",
        Cause::Adc => "ADC",
        Cause::Upstream => "upstream",
        Cause::Link => "link",
        Cause::Output => "output full",
        Cause::Bus => "bus",
        Cause::Port => "buffer port",
        Cause::Unit => "digital unit",
        Cause::Fetch => "fetch",
    }
}

/// Colours of Okabe and Ito (2008), told apart with any colour vision; waiting for a producer, which fills most of a
/// picture, is a light grey.
pub fn colour(cause: Cause) -> &'static str {
    match cause {
        Cause::Busy => "#0072b2",
        Cause::Adc => "#d55e00",
        Cause::Upstream => "#dcdcdc",
        Cause::Link => "#e69f00",
        Cause::Output => "#cc79a7",
        Cause::Bus => "#009e73",
        Cause::Port => "#56b4e9",
        Cause::Unit => "#f0e442",
        Cause::Fetch => "#8c8c8c",
    }
}
