//! The benchmarks' common parts: interleaved runs, medians, differences taken within a run, tables.
//!
//! On a machine that is shared, single runs swing by a factor of 1.5. So all subjects take turns, slice by
//! slice; the figure of a run is the median of its slices, the figure printed is the median of the runs,
//! and compared figures (a side with its base, a call with its floor) are subtracted or divided run by run,
//! between slices that stood next to each other.

use std::time::Instant;

/// The amount of measuring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Runs; the median of them is printed.
    pub(crate) runs: usize,
    /// Slices of each subject in a run, taken in turns with the other subjects.
    pub(crate) slices: usize,
    /// Calls in a slice.
    pub(crate) calls: u32,
}

impl Plan {
    /// The plan that the arguments ask for: `--quick` shows that everything runs, and no more. Arguments
    /// that are not ours (cargo passes `--bench`) are passed over.
    pub(crate) fn from_args(full: Self) -> Self {
        if has_arg("--quick") { Self { runs: 1, slices: 1, calls: full.calls.div_ceil(20) } } else { full }
    }

    /// The line above a table.
    pub(crate) fn describe(&self) -> String {
        let Self { runs, slices, calls } = self;
        let note = if has_arg("--quick") { "; --quick: the figures mean nothing" } else { "" };
        format!("median of {runs} interleaved runs, {slices} slices of {calls} calls each{note}")
    }
}

/// True if an argument was given.
pub(crate) fn has_arg(wanted: &str) -> bool {
    std::env::args().any(|arg| arg == wanted)
}

/// One thing that is measured.
pub(crate) struct Subject<'a>(Box<dyn FnMut(u32) + 'a>);

impl<'a> Subject<'a> {
    /// `run` makes as many calls as it is told to.
    pub(crate) fn new(run: impl FnMut(u32) + 'a) -> Self {
        Self(Box::new(run))
    }
}

/// Nanoseconds per call, one figure for each run.
#[derive(Clone, Debug)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    /// The median of the runs.
    pub(crate) fn median(&self) -> f64 {
        median(&self.0)
    }

    /// These times with `others`, run by run: a difference or a ratio.
    pub(crate) fn with(&self, other: &Self, f: impl Fn(f64, f64) -> f64) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(&a, &b)| f(a, b)).collect())
    }
}

/// Measures all subjects in turns; the answers are in their order.
///
/// Subjects that are compared with each other should stand next to each other.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
pub(crate) fn measure(plan: Plan, subjects: &mut [Subject<'_>]) -> Vec<Times> {
    for Subject(run) in subjects.iter_mut() {
        run(plan.calls.div_ceil(4)); // warm caches and branch predictors
    }
    let mut times = vec![Times(Vec::new()); subjects.len()];
    for _ in 0..plan.runs {
        let mut slices = vec![Vec::new(); subjects.len()];
        for _ in 0..plan.slices {
            for (Subject(run), slices) in subjects.iter_mut().zip(&mut slices) {
                let start = Instant::now();
                run(plan.calls);
                slices.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(plan.calls));
            }
        }
        for (times, slices) in times.iter_mut().zip(&slices) {
            times.0.push(median(slices));
        }
    }
    times
}

/// Prints rows under a head, the first column to the left, the others to the right.
pub(crate) fn print_table(title: &str, head: &[&str], rows: &[Vec<String>]) {
    let all =
        || std::iter::once(head.iter().map(|&cell| cell.to_owned()).collect()).chain(rows.iter().cloned());
    let mut widths = vec![0; head.len()];
    for row in all() {
        for (width, cell) in widths.iter_mut().zip(&row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    println!("\n{title}\n");
    for (number, row) in all().enumerate() {
        let mut cells = row.iter().zip(&widths);
        let first = cells.next().map(|(cell, &width)| format!("{cell:<width$}")).unwrap_or_default();
        let rest: Vec<String> = cells.map(|(cell, &width)| format!("{cell:>width$}")).collect();
        println!("| {first} | {} |", rest.join(" | "));
        if number == 0 {
            let rules: Vec<String> = widths.iter().skip(1).map(|&width| "-".repeat(width) + ":").collect();
            println!(
                "|{}|{}|",
                "-".repeat(widths.first().unwrap_or(&0) + 2),
                rules.iter().map(|r| format!("-{r}")).collect::<Vec<_>>().join("|")
            );
        }
    }
}

/// The middle of the values.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    if sorted.len() % 2 == 1 { at(middle) } else { (at(middle.wrapping_sub(1)) + at(middle)) / 2.0 }
}
