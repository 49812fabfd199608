//! Importers: files of other tools to a [`crate::Network`].

pub mod safetensors;
