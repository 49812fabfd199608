//! What points are made of: machines, networks and images, each read once when the sweep begins.

use crate::error::Error;
use crate::workload::{self, ImageChoice, Images};
use crosscut_arch::{Arch, description_text, from_toml, load, preset_text};
use crosscut_traces::random::digest;
use crosscut_traces::{DataSet, Network};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;

/// A machine of the plan.
pub struct Machine {
    /// Preset or file.
    pub name: String,
    /// Text of a file, so that all points are of one text whatever becomes of the file.
    text: Option<String>,
    /// Digest of the machine as resolved, or of its text where only axes make it whole.
    pub digest: String,
}

impl Machine {
    /// Reads a machine.
    ///
    /// # Errors
    /// If there is neither a preset nor a file of that name.
    pub fn read(name: &str) -> Result<Machine, Error> {
        let text = match preset_text(name) {
            Some(_) => None,
            None => match description_text(Path::new(name)) {
                Ok(text) => Some(text),
                // The loader says what is wrong with the name.
                Err(_) => load(name, &[]).map(|_| None)?,
            },
        };
        let mut machine = Machine {
            name: name.to_string(),
            text,
            digest: String::new(),
        };
        let resolved = machine.load(&[]).ok();
        let resolved = resolved.and_then(|arch| serde_json::to_string(&arch).ok());
        let whole = resolved.or(machine.text.clone()).unwrap_or_default();
        machine.digest = hex(&[&whole]);
        Ok(machine)
    }

    /// The machine with keys changed.
    ///
    /// # Errors
    /// As the loader's.
    pub fn load(&self, set: &[String]) -> Result<Arch, Error> {
        Ok(match &self.text {
            Some(text) => from_toml(text, &self.name, set)?,
            None => load(&self.name, set)?,
        })
    }
}

/// A network of the plan.
pub struct Workload {
    /// As given.
    pub name: String,
    /// The network, batch norm folded.
    pub net: Network,
    /// Its digest.
    pub digest: String,
    /// Images, where accuracy is measured or weights are pruned, and their digest.
    pub images: Option<(Arc<Images>, String)>,
}

impl Workload {
    /// Reads a network and its images.
    ///
    /// # Errors
    /// As the importer's; if there are no images that fit.
    pub fn read(name: &str, seed: u64, choice: Option<&ImageChoice>) -> Result<Workload, Error> {
        let net = workload::network(name, seed, &mut |_| {})?;
        let images = match choice {
            None => None,
            Some(choice) => {
                let images = workload::images(&net, name, choice)?;
                let hash = [&images.calibration, &images.rest, &images.evaluation].map(of_images);
                let hash = format!("{:016x}", hash.into_iter().fold(0, digest));
                Some((Arc::new(images), hash))
            }
        };
        Ok(Workload {
            name: name.to_string(),
            digest: net.digest(),
            net,
            images,
        })
    }
}

fn of_images(set: &DataSet) -> u64 {
    let labels = set.labels.iter().fold(0, |h, &l| digest(h, l as u64));
    let pixels = set.images.iter().flat_map(|i| i.iter());
    pixels.fold(labels, |h, v| digest(h, u64::from(v.to_bits())))
}

/// Sixteen hexadecimal digits of the SHA-256 of texts, each with its length.
pub fn hex(texts: &[&str]) -> String {
    format!("{:016x}", hash(texts))
}

/// The first eight bytes of the same.
pub fn hash(texts: &[&str]) -> u64 {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    let digest = hash.finalize();
    digest.iter().take(8).fold(0, |h, &b| h << 8 | u64::from(b))
}
