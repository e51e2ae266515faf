//! A picture of lines, bars and words, as SVG, for light pages and dark ones.
//!
//! What something looks like is its class: `s0` to `s5` are the series, `hollow`, `dashed` and `line` change them, `name` is the
//! word at a series' end; `axis`, `muted` and `strong` are for words, `grid` and `limit` for lines, `card` for a box.

use std::fmt;

use svg::Document;
use svg::node::element::{Description, Line, Rectangle, Style, Text, Title};

/// A picture, drawn from the back to the front.
#[derive(Debug)]
pub(crate) struct Picture(Document);

/// The point of a text that stands at its place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Picture {
    /// `title` and `description` are what is read aloud.
    pub(crate) fn new(width: f64, height: f64, title: &str, description: &str) -> Self {
        let document = Document::new()
            .set("viewBox", (0, 0, width, height))
            .set("width", width)
            .set("role", "img")
            .add(Title::new(title))
            .add(Description::new().add(svg::node::Text::new(description)))
            .add(Style::new(STYLE))
            .add(Rectangle::new().set("class", "page").set("width", width).set("height", height));
        Self(document)
    }

    pub(crate) fn rectangle(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let (x, y, width, height) = (rounded(x), rounded(y), rounded(width), rounded(height));
        let rectangle = Rectangle::new().set("class", class).set("x", x).set("y", y);
        self.add(rectangle.set("width", width).set("height", height));
    }

    pub(crate) fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let line = Line::new().set("class", class).set("x1", rounded(x1)).set("y1", rounded(y1));
        self.add(line.set("x2", rounded(x2)).set("y2", rounded(y2)));
    }

    pub(crate) fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let node = Text::new(text).set("class", class).set("x", rounded(x)).set("y", rounded(y));
        self.add(node.set("text-anchor", anchor));
    }

    /// Adds anything else.
    pub(crate) fn add(&mut self, node: impl svg::Node) {
        svg::Node::append(&mut self.0, node);
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.0)
    }
}

/// A tenth of a pixel is enough.
fn rounded(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}

/// Colours of about the same weight for every eye: Okabe and Ito's, darker on white and lighter on black.
const STYLE: &str = "
text { font: 14px system-ui, sans-serif; fill: #24292f; stroke: none !important }
.page { fill: #ffffff }
.strong { font-weight: 600 }
.muted { font-size: 12px; fill: #57606a }
.grid { stroke: #d0d7de }
.limit { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 6 3 }
.card { fill: none; stroke: #8c959f; stroke-width: 1.5 }
.s0 { fill: #0060a8; stroke: #0060a8 }
.s1 { fill: #7a5195; stroke: #7a5195 }
.s2 { fill: #007a5a; stroke: #007a5a }
.s3 { fill: #b35a00; stroke: #b35a00 }
.s4 { fill: #c0307a; stroke: #c0307a }
.s5 { fill: #6e7781; stroke: #6e7781 }
.line { fill: none !important; stroke-width: 2.5 }
.dashed { stroke-dasharray: 5 4; stroke-width: 1.5 }
.hollow { fill-opacity: 0.15 }
.name { font-size: 12px }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.page { fill: #0d1117 }
.muted { fill: #9198a1 }
.grid { stroke: #30363d }
.limit { stroke: #ff7b72 }
.card { stroke: #6e7681 }
.s0 { fill: #58a6ff; stroke: #58a6ff }
.s1 { fill: #c297e0; stroke: #c297e0 }
.s2 { fill: #3fb68b; stroke: #3fb68b }
.s3 { fill: #f0a04b; stroke: #f0a04b }
.s4 { fill: #f778ba; stroke: #f778ba }
.s5 { fill: #9198a1; stroke: #9198a1 }
}
";
