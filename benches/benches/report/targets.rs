//! The targets of the project for the speed of the codec, and the values that a run measured for them.

use crate::run::Run;
use benches::compare::{self, CHAIN, fastest_peer, median};
use benches::loader::{Way, part};
use benches::operations::Operation;
use benches::workloads::Shape;

/// One target: a measured number, and the limit that it should keep.
pub(crate) struct Target {
    pub(crate) what: String,
    pub(crate) measured: f64,
    pub(crate) gate: f64,
    pub(crate) goal: Option<f64>,
    pub(crate) at_least: bool,
}

impl Target {
    pub(crate) fn at_most(what: impl Into<String>, measured: f64, gate: f64) -> Self {
        Self { what: what.into(), measured, gate, goal: None, at_least: false }
    }

    fn at_least(what: impl Into<String>, measured: f64, gate: f64) -> Self {
        Self { at_least: true, ..Self::at_most(what, measured, gate) }
    }

    fn goal(self, goal: f64) -> Self {
        Self { goal: Some(goal), ..self }
    }

    /// Returns `goal` if the goal is reached, `yes` if only the limit is kept, and `**no**` if the limit is not kept.
    pub(crate) fn verdict(&self) -> &'static str {
        let reached = |aim: f64| if self.at_least { self.measured >= aim } else { self.measured <= aim };
        match self.goal {
            Some(goal) if reached(goal) => "goal",
            _ if reached(self.gate) => "yes",
            _ => "**no**",
        }
    }
}

/// Returns all targets that this run has measurements for.
pub(crate) fn of(run: &Run) -> Vec<Target> {
    let mut targets = instructions(run);
    targets.extend([Shape::Typical, Shape::Barrel, Shape::Large].into_iter().flat_map(|shape| validation(run, shape)));
    targets.extend(text_and_versions(run));
    targets.extend(operations(run));
    targets.extend(growth(run));
    targets.extend(version_4(run));
    targets
}

fn instructions(run: &Run) -> Vec<Target> {
    let aims = [("typical", 1_400.0), ("small", 700.0), ("barrel", 160_000.0), ("large", 12_500.0)];
    let targets = aims.into_iter().filter_map(|(shape, gate)| {
        let counts = run.counts.get(&format!("validate {shape}_v1"))?;
        Some(Target::at_most(format!("validate, {shape}: instructions"), counts.instructions as f64, gate))
    });
    targets.collect()
}

fn validation(run: &Run, shape: Shape) -> Vec<Target> {
    let mut targets = Vec::new();
    for (is_hot, gate, goal) in [(true, 2.5, 3.0), (false, 4.5, 5.0)] {
        let Some(it) = run.of(shape, is_hot) else { continue };
        let ours = median(&it.validate, "BMES");
        let title = it.title();
        if shape == Shape::Typical {
            let what = format!("validate, {title}: × the chain of lengths");
            if is_hot {
                targets.push(Target::at_most(what, ours / median(&it.validate, CHAIN), 1.15).goal(1.05));
            }
            let peer = fastest_peer(&it.validate);
            let what = format!("validate, {title}: × faster than the fastest peer, {}", peer.name);
            targets.push(Target::at_least(what, peer.median / ours, gate).goal(goal));
        } else {
            let gate = if shape == Shape::Barrel { 3.5 } else { 3.2 };
            let rkyv = benches::peers::ALL[0].name;
            let what = format!("validate, {title}: × faster than {rkyv}");
            targets.push(Target::at_least(what, median(&it.validate, rkyv) / ours, gate));
        }
    }
    targets
}

fn text_and_versions(run: &Run) -> Vec<Target> {
    let mut targets = Vec::new();
    if let (Some(unicode), Some(typical)) = (run.of(Shape::Unicode, true), run.of(Shape::Typical, true)) {
        let ratio = median(&unicode.validate, "BMES") / median(&typical.validate, "BMES");
        targets.push(Target::at_most("validate, unicode, hot: × typical", ratio, 1.5));
    }
    for shape in [Shape::Typical, Shape::Barrel] {
        let per_string: Vec<_> = run.versions.iter().filter(|it| it.shape == shape).collect();
        let [first, later @ ..] = &per_string[..] else { continue };
        for it in later {
            let ratio = (it.time.median / it.strings as f64) / (first.time.median / first.strings as f64);
            let what = format!("validate, {}, hot: version {} × version 1, per string", shape.name(), it.version);
            targets.push(Target::at_most(what, ratio, 1.05));
        }
    }
    targets
}

fn operations(run: &Run) -> Vec<Target> {
    let mut targets = Vec::new();
    for it in run.comparisons.iter().filter(|it| it.shape == Shape::Typical) {
        let title = it.title();
        let ours = |operation: Operation| median(&it.operations, operation.name());
        if it.regime == "hot" {
            targets.push(Target::at_most("identify, hot: nanoseconds", ours(Operation::Identify), 1.5));
        }
        let rkyv = benches::peers::ALL[0].name;
        let strings = median(&it.strings, "BMES") / median(&it.strings, rkyv);
        targets.push(Target::at_most(format!("view + every string, {title}: × {rkyv}'s"), strings, 1.0));
        let peer = fastest_peer(&it.encode);
        let encode = |name| median(&it.encode, name) / peer.median;
        let what = |operation: &str| format!("{operation}, {title}: × the fastest peer's encode, {}", peer.name);
        targets.push(Target::at_most(what("encode with its check"), encode("BMES, with its check"), 1.0));
        let checked = encode("BMES, checked before, into a buffer");
        targets.push(Target::at_most(what("encode a checked record"), checked, 0.6));
        let check = ours(Operation::Check) / ours(Operation::Validate);
        targets.push(Target::at_most(format!("check, {title}: × validate"), check, 6.0));
    }
    targets
}

/// The structure of version 4 without its checksums, relative to `validate` of version 1: for each shape, the aims for one
/// module that is hot, and for modules in random order.
const STRUCTURE: [(Shape, f64, f64); 3] =
    [(Shape::Typical, 1.0, 0.7), (Shape::Barrel, 0.75, 0.75), (Shape::Large, 0.6, 0.6)];
/// The path of a loader with version 4, relative to that with version 1.
const LOADER: [(Shape, f64, f64); 3] =
    [(Shape::Typical, 0.6, 0.5), (Shape::Barrel, 0.3, 0.3), (Shape::Large, 0.5, 0.5)];

fn version_4(run: &Run) -> Vec<Target> {
    let mut targets = Vec::new();
    for (shape, is_hot) in STRUCTURE.into_iter().flat_map(|(shape, ..)| [(shape, true), (shape, false)]) {
        let Some(it) = run.loader_of(shape, is_hot) else { continue };
        let (time, title) = (|name: &str| median(&it.times, name), it.title());
        let aim = |aims: [(Shape, f64, f64); 3]| {
            let (_, hot, random) = aims.into_iter().find(|(of, ..)| *of == shape).expect("each shape has an aim");
            if is_hot { hot } else { random }
        };
        let structure = time(part::VIEW_4) - time(part::CHECKSUMS);
        let what = format!("version 4, {title}: view without checksums × version 1's validate");
        targets.push(Target::at_most(what, structure / time(part::VALIDATE_1), aim(STRUCTURE)));
        let mut load = time(Way::Version4.name());
        let mut what = "open + match + check";
        if shape == Shape::Large {
            load -= time(part::BYTECODE);
            what = "open + match + check without the bytecode's checksum";
            let checksum = time(part::BYTECODE) / time(part::COPY);
            let what = format!("version 4, {title}: the bytecode's checksum × a memcpy of it");
            targets.push(Target::at_most(what, checksum, 1.5));
        }
        let what = format!("version 4, {title}: {what} × version 1's view + check");
        targets.push(Target::at_most(what, load / time(Way::Version1.name()), aim(LOADER)));
        if shape == Shape::Barrel {
            let what = format!("version 4, {title}: find an export × scan for it");
            targets.push(Target::at_most(what, time(part::FIND) / time(part::SCAN), 0.1));
        }
        let what = format!("version 4, {title}: encode × version 1's check + encode");
        targets.push(Target::at_most(what, time(part::ENCODE_4) / time(part::ENCODE_1), 3.0));
    }
    targets
}

fn growth(run: &Run) -> Vec<Target> {
    let mut targets = Vec::new();
    if let [small, large] = &run.exports[..] {
        let what = format!("check: {} × {}", large.name, small.name);
        targets.push(Target::at_most(what, large.median / small.median, 500.0));
    }
    let (_, per_string) = fit(run);
    let deviations = slopes(run).into_iter().filter(|slope| slope.to <= IN_CACHE);
    let largest = deviations.map(|slope| (slope.nanoseconds / per_string - 1.0).abs()).fold(0.0, f64::max);
    let what = format!("validate: largest deviation from the fitted time per string, up to {IN_CACHE}, in per cent");
    targets.push(Target::at_most(what, largest * 100.0, 20.0));
    targets
}

/// The number of strings of the largest measured module whose file fits in the second-level cache of most processors.
pub(crate) const IN_CACHE: usize = 10_000;

/// Fits `a + b × strings` to the nanoseconds of a validation, and returns `a` and `b`. The fit minimises the squares of the
/// relative errors.
pub(crate) fn fit(run: &Run) -> (f64, f64) {
    let points = run.growth.iter().filter(|it| it.strings <= IN_CACHE);
    let (mut weights, mut x, mut y, mut xx, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for it in points {
        let (strings, time) = (it.strings as f64, compare::median(&it.validate, "BMES"));
        let weight = 1.0 / (time * time);
        weights += weight;
        x += weight * strings;
        y += weight * time;
        xx += weight * strings * strings;
        xy += weight * strings * time;
    }
    let slope = (weights * xy - x * y) / (weights * xx - x * x);
    ((y - slope * x) / weights, slope)
}

/// The average time for one more string when a module grows from `from` to `to` strings. `to` is ten times `from`.
pub(crate) struct Slope {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) nanoseconds: f64,
}

/// Returns the slopes between modules whose number of strings is a power of ten.
pub(crate) fn slopes(run: &Run) -> Vec<Slope> {
    let powers: Vec<_> = run.growth.iter().filter(|it| 10_usize.pow(it.strings.ilog10()) == it.strings).collect();
    let slopes = powers.windows(2).map(|pair| {
        let time = |index: usize| median(&pair[index].validate, "BMES");
        let (from, to) = (pair[0].strings, pair[1].strings);
        Slope { from, to, nanoseconds: (time(1) - time(0)) / (to - from) as f64 }
    });
    slopes.collect()
}
