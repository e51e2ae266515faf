//! Panels with lines in them, each line with its name at its end.

use svg::node::element::Polyline;

use crate::picture::{Anchor, Picture};

/// A place for lines: figures over steps of x that stand equally far apart.
pub(crate) struct Panel<'a> {
    pub(crate) title: &'a str,
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// The names of the steps, and what they count.
    pub(crate) steps: &'a [String],
    pub(crate) counts: &'a str,
    pub(crate) scale: Scale,
}

/// How a figure becomes a height.
#[derive(Clone, Copy)]
pub(crate) enum Scale {
    /// From nothing to this.
    Linear(f64),
    /// From the first to the second, each factor of ten as high as the next.
    Log(f64, f64),
}

#[derive(Clone)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) class: &'static str,
    pub(crate) dashed: bool,
    /// A figure for each step; no number where there is none.
    pub(crate) figures: Vec<f64>,
}

impl Scale {
    /// From the bottom, 0, to the top, 1.
    fn part(self, figure: f64) -> f64 {
        match self {
            Self::Linear(most) => figure / most,
            Self::Log(least, most) => (figure / least).ln() / (most / least).ln(),
        }
    }

    fn marks(self) -> Vec<f64> {
        match self {
            Self::Linear(most) => (0..=4).map(|quarter| most * f64::from(quarter) / 4.0).collect(),
            Self::Log(least, most) => {
                let mut marks = vec![least];
                while let Some(next) =
                    marks.last().map(|mark| mark * 10.0).filter(|next| *next <= most * 1.001)
                {
                    marks.push(next);
                }
                marks
            }
        }
    }

    /// A linear scale that holds all figures, with a round end.
    pub(crate) fn linear(series: &[Series]) -> Self {
        let most = figures(series).fold(0.0, f64::max);
        let power = 10_f64.powf(most.log10().floor());
        let round = [1.0, 2.0, 4.0, 6.0, 8.0, 10.0].into_iter().find(|it| it * power >= most);
        Self::Linear(round.unwrap_or(10.0) * power)
    }

    /// A logarithmic scale that holds all figures, between powers of ten.
    pub(crate) fn log(series: &[Series]) -> Self {
        let (least, most) = figures(series)
            .fold((f64::INFINITY, 0.0), |(least, most): (f64, f64), it| (least.min(it), most.max(it)));
        Self::Log(10_f64.powf(least.log10().floor()), 10_f64.powf(most.log10().ceil()))
    }
}

fn figures(series: &[Series]) -> impl Iterator<Item = f64> {
    series.iter().flat_map(|it| &it.figures).copied().filter(|it| it.is_finite())
}

impl Panel<'_> {
    /// Draws the panel, the lines, and their names where there is room for each.
    pub(crate) fn draw(&self, picture: &mut Picture, series: &[Series]) {
        picture.text("strong", (self.left, self.top - 16.0), Anchor::Start, self.title);
        for mark in self.scale.marks() {
            let y = self.y(mark);
            picture.line("grid", (self.left, y), (self.left + self.width, y));
            picture.text("muted", (self.left - 6.0, y + 4.0), Anchor::End, &shown(mark));
        }
        let below = self.top + self.height;
        for (index, step) in self.steps.iter().enumerate() {
            picture.text("muted", (self.x(index), below + 18.0), Anchor::Middle, step);
        }
        let middle = self.left + self.width / 2.0;
        picture.text("muted", (middle, below + 36.0), Anchor::Middle, self.counts);
        let mut names: Vec<(f64, &Series)> = Vec::new();
        for it in series {
            let known = it.figures.iter().enumerate().filter(|(_, figure)| figure.is_finite());
            let points: Vec<_> = known.map(|(index, figure)| (self.x(index), self.y(*figure))).collect();
            let dashed = if it.dashed { " dashed" } else { "" };
            let corners: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            let line = Polyline::new().set("class", format!("{} line{dashed}", it.class));
            picture.add(line.set("points", corners.join(" ")));
            names.extend(points.last().map(|(_, y)| (*y, it)));
        }
        names.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut last = f64::NEG_INFINITY;
        // The lowest names may be pushed below the panel; then all move up by as much.
        let room = 15.0;
        let lowest = names.iter().fold(f64::NEG_INFINITY, |low: f64, (y, _)| (low + room).max(*y));
        let up = (lowest - below - 8.0).max(0.0);
        for (y, it) in names {
            last = (last + room).max(y - up);
            let at = (self.left + self.width + 8.0, last + 4.0);
            picture.text(&format!("{} name", it.class), at, Anchor::Start, &it.name);
        }
    }

    fn x(&self, step: usize) -> f64 {
        let steps = self.steps.len().saturating_sub(1).max(1) as f64;
        self.left + self.width * (0.04 + 0.94 * step as f64 / steps)
    }

    fn y(&self, figure: f64) -> f64 {
        self.top + self.height * (1.0 - self.scale.part(figure))
    }
}

/// A mark, short.
fn shown(figure: f64) -> String {
    match figure {
        1000.0.. => {
            let digits: Vec<char> = format!("{figure:.0}").chars().rev().collect();
            let groups: Vec<String> = digits.chunks(3).map(|group| group.iter().collect()).collect();
            groups.join(",").chars().rev().collect()
        }
        10.0.. => format!("{figure:.0}"),
        _ => format!("{}", (figure * 1000.0).round() / 1000.0),
    }
}
