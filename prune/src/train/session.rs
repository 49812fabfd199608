//! A training run, epoch by epoch.

use super::batch::{self, Change};
use super::engine::Engine;
use super::error::TrainError;
use super::loss::Score;
use super::node::Mode;
use super::observe::Observer;
use super::ops::norm::Moments;
use super::options::TrainOptions;
use super::record::{EpochRecord, Evaluation, TrainStep};
use super::sgd;
use crate::masks::Masks;
use crosscut_traces::suggest::hint;
use crosscut_traces::{DataSet, LayerId, Network, Shape, Stop, Tensor};

/// Training images that batch norm's statistics are first taken from, at most.
const STATISTICS_IMAGES: usize = 1024;

/// The result of a run.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The network with its new parameters.
    pub network: Network,
    /// On the held-back images before the first step, masks applied.
    pub before: Option<Evaluation>,
    /// Epochs.
    pub epochs: Vec<EpochRecord>,
    /// Weights that the masks do not keep but that were not zero.
    pub zeroed: u64,
    /// Weights the masks do not keep.
    pub masked: u64,
    /// Values learned, masked ones included.
    pub parameters: u64,
    /// Memory of buffers and parameters.
    pub memory_bytes: u64,
}

/// A run under way.
#[derive(Debug)]
pub struct Session<'a> {
    pub(super) net: &'a Network,
    pub(super) data: &'a DataSet,
    held_back: Option<&'a DataSet>,
    pub(super) masks: Option<&'a Masks>,
    pub(super) options: TrainOptions,
    pub(super) engine: Engine<f32>,
    pub(super) before: Option<Evaluation>,
    pub(super) epochs: Vec<EpochRecord>,
    zeroed: u64,
    masked: u64,
    stop: Stop,
}

impl<'a> Session<'a> {
    /// A run before its first epoch: inputs checked, masks applied, batch norm's statistics taken, held-back images
    /// measured.
    ///
    /// # Errors
    /// As [`super::fit`].
    pub fn new(
        net: &'a Network,
        data: &'a DataSet,
        held_back: Option<&'a DataSet>,
        masks: Option<&'a Masks>,
        options: &TrainOptions,
    ) -> Result<Session<'a>, TrainError> {
        check(net, data, held_back, options)?;
        let mut engine = Engine::new(net, options)?;
        let mut session = Session {
            net,
            data,
            held_back,
            masks,
            options: options.clone(),
            before: None,
            epochs: Vec::new(),
            zeroed: 0,
            masked: 0,
            stop: Stop::default(),
            engine: {
                if let Some(masks) = masks {
                    masks.check(net)?;
                    hold(&mut engine, net, masks);
                }
                engine
            },
        };
        session.apply_masks();
        session.take_statistics();
        session.before = session.evaluate();
        Ok(session)
    }

    /// With somebody who may ask to stop, between steps.
    pub fn until(mut self, stop: Stop) -> Session<'a> {
        self.stop = stop;
        self
    }

    /// Whether all epochs are done.
    pub fn is_done(&self) -> bool {
        self.epochs.len() >= self.options.epochs as usize
    }

    /// Epochs done.
    pub fn epochs(&self) -> &[EpochRecord] {
        &self.epochs
    }

    /// On the held-back images before the first step.
    pub fn before(&self) -> Option<Evaluation> {
        self.before
    }

    /// One epoch more.
    ///
    /// # Errors
    /// [`TrainError::Diverged`], [`TrainError::Interrupted`].
    pub fn epoch(
        &mut self,
        progress: &mut dyn FnMut(&TrainStep),
    ) -> Result<EpochRecord, TrainError> {
        let number = self.epochs.len() as u32;
        let (data, options) = (self.data, &self.options);
        let order = batch::order(data.images.len(), options.seed, number);
        let steps = data.images.len() / options.batch;
        let held_back = self.epochs.last().map_or(self.before, |e| e.held_back);
        let mut total = Score::default();
        let mut rate = 0.0;
        let mut labels = Vec::with_capacity(options.batch);
        for (k, chosen) in order.chunks_exact(options.batch).enumerate() {
            if self.stop.is_asked() {
                return Err(TrainError::Interrupted { epoch: number + 1 });
            }
            let step = u64::from(number) * steps as u64 + k as u64;
            rate = options.rate(f64::from(number) + k as f64 / steps as f64);
            self.engine.load(options.batch, &|i, to, stride| {
                let image = chosen[i] as usize;
                let change = Change::draw(options.augment, options.seed, number, image);
                batch::write(&data.images[image], change, to, stride);
            });
            labels.clear();
            labels.extend(chosen.iter().map(|&i| data.labels[i as usize]));
            let mode = Mode::Train(step);
            sgd::perturb(&mut self.engine.params, options, Some(step));
            self.engine.forward(mode, None);
            total = total.join(self.engine.score(&labels, true));
            if !total.loss.is_finite() {
                return Err(TrainError::Diverged {
                    epoch: number + 1,
                    step: k + 1,
                    lr: rate,
                });
            }
            self.engine.backward(mode);
            sgd::step(&mut self.engine.params, options, rate);
            let images = ((k + 1) * options.batch) as f64;
            progress(&TrainStep {
                epoch: number + 1,
                epochs: options.epochs,
                step: k + 1,
                steps,
                loss: total.loss / images,
                accuracy: total.right as f64 / images,
                held_back,
            });
        }
        let images = (steps * options.batch) as f64;
        let record = EpochRecord {
            epoch: number + 1,
            lr: rate,
            loss: total.loss / images,
            accuracy: total.right as f64 / images,
            held_back: self.evaluate(),
        };
        self.epochs.push(record);
        Ok(record)
    }

    /// Every epoch that is left, then the result.
    ///
    /// # Errors
    /// As [`Session::epoch`].
    pub fn run(mut self, observer: &mut dyn Observer) -> Result<Trained, TrainError> {
        self.stop = observer.stop();
        observer.start(self.before);
        let (epochs, steps) = (
            self.options.epochs,
            self.data.images.len() / self.options.batch,
        );
        while !self.is_done() {
            let record = self.epoch(&mut |step| observer.step(step))?;
            observer.epoch(&record, epochs, steps);
        }
        Ok(self.finish())
    }

    /// The network as it is now and what led to it.
    pub fn finish(self) -> Trained {
        Trained {
            network: self.engine.params.write_to(self.net),
            before: self.before,
            epochs: self.epochs,
            zeroed: self.zeroed,
            masked: self.masked,
            parameters: self.engine.params.count() as u64,
            memory_bytes: self.engine.bytes() as u64,
        }
    }

    /// Loss and accuracy on the held-back images.
    fn evaluate(&mut self) -> Option<Evaluation> {
        let set = self.held_back?;
        let params = &mut self.engine.params;
        sgd::perturb(params, &self.options, None);
        let (norms, all) = (&mut params.norms, &params.all);
        norms.iter_mut().for_each(|n| n.freeze(all));
        let mut total = Score::default();
        let batches = set.images.chunks(self.options.batch);
        for (images, labels) in batches.zip(set.labels.chunks(self.options.batch)) {
            load(&mut self.engine, images);
            self.engine.forward(Mode::Evaluate, None);
            total = total.join(self.engine.score(labels, false));
        }
        let images = set.images.len() as f64;
        Some(Evaluation {
            images: set.images.len() as u64,
            loss: total.loss / images,
            accuracy: total.right as f64 / images,
        })
    }

    /// Zeroes what the masks do not keep.
    fn apply_masks(&mut self) {
        for p in &mut self.engine.params.all {
            let Some(keep) = &p.keep else { continue };
            for (w, _) in p.value.iter_mut().zip(keep).filter(|(_, k)| !**k) {
                self.masked += 1;
                self.zeroed += u64::from(*w != 0.0);
                *w = 0.0;
            }
        }
    }

    /// Statistics of batch norm on training images, each layer being the function it was declared as.
    fn take_statistics(&mut self) {
        let count = self.engine.params.norms.len();
        if count == 0 {
            return;
        }
        let mut all: Vec<Vec<Moments>> = vec![Vec::new(); count];
        let images = self.data.images.len().min(STATISTICS_IMAGES);
        sgd::perturb(&mut self.engine.params, &self.options, None);
        for images in self.data.images[..images].chunks(self.options.batch) {
            load(&mut self.engine, images);
            let mut add = |k: usize, moments: &[Moments]| {
                all[k].resize(moments.len(), Moments::default());
                for (total, &m) in all[k].iter_mut().zip(moments) {
                    *total = total.join(m);
                }
            };
            self.engine.forward(Mode::Evaluate, Some(&mut add));
        }
        let params = &mut self.engine.params;
        for (norm, moments) in params.norms.iter_mut().zip(all) {
            let mean: Vec<f64> = moments.iter().map(|m| m.mean).collect();
            let variance: Vec<f64> = moments.iter().map(|m| m.variance()).collect();
            norm.adopt(&mut params.all, &mean, &variance);
        }
    }
}

/// Loads images as they are.
fn load(engine: &mut Engine<f32>, images: &[Tensor]) {
    engine.load(images.len(), &|i, to, stride| {
        batch::write(&images[i], Change::default(), to, stride);
    });
}

/// Gives every weight tensor its mask.
fn hold(engine: &mut Engine<f32>, net: &Network, masks: &Masks) {
    for p in engine.params.all.iter_mut().filter(|p| p.decays) {
        let name = &net.layer(LayerId(p.layer)).name;
        p.keep = masks.layer(name).map(|m| m.keep.clone());
    }
}

/// What can be known to be wrong before anything is done.
///
/// # Errors
/// As [`super::fit`], but for masks and losses.
pub fn check(
    net: &Network,
    data: &DataSet,
    held_back: Option<&DataSet>,
    options: &TrainOptions,
) -> Result<(), TrainError> {
    options.check()?;
    if data.images.len() < options.batch {
        return Err(TrainError::TooFewImages {
            batch: options.batch,
            data: data.name.clone(),
            images: data.images.len(),
        });
    }
    let input = net.layer(net.input()).shape;
    let most = input.h.min(input.w).saturating_sub(1);
    if options.augment.crop > most {
        return Err(TrainError::Crop {
            crop: options.augment.crop,
            shape: input,
            most,
        });
    }
    for name in options.dropout.keys() {
        if net.find(name).is_none() {
            let names = net.layers().map(|(_, l)| l.name.as_str());
            return Err(TrainError::UnknownLayer {
                name: name.clone(),
                hint: hint(name, names),
            });
        }
    }
    let outputs = net.layer(net.output()).shape.len();
    for set in std::iter::once(data).chain(held_back) {
        check_set(net, set, outputs)?;
    }
    Ok(())
}

fn check_set(net: &Network, set: &DataSet, outputs: usize) -> Result<(), TrainError> {
    let data = set.name.clone();
    if set.images.len() != set.labels.len() {
        return Err(TrainError::Labels {
            data,
            images: set.images.len(),
            labels: set.labels.len(),
        });
    }
    let expected = net.layer(net.input()).shape;
    let shapes = set.images.iter().map(Shape::of).enumerate();
    for (index, found) in shapes {
        if found != expected {
            return Err(TrainError::ImageShape {
                network: net.name.clone(),
                data,
                index,
                expected,
                found,
            });
        }
    }
    if set.classes() > outputs {
        return Err(TrainError::Classes {
            network: net.name.clone(),
            data,
            classes: set.classes(),
            outputs,
        });
    }
    Ok(())
}
