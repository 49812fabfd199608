//! Drawing in SVG: rectangles, lines and text at pixel coordinates, the same bytes everywhere.
//!
//! Text is placed by anchors and no font is measured; room for it follows from its number of characters.

use std::fmt::Write;

/// Colour of text.
pub const INK: &str = "#222222";
/// Colour of subordinate text.
pub const GREY: &str = "#666666";
/// Colour of grid lines.
pub const LINE: &str = "#dddddd";

/// Rectangles drawn as one shape.
#[derive(Debug, Default)]
pub struct Squares(String);

impl Squares {
    /// Adds a rectangle: x, y, width, height.
    pub fn add(&mut self, [x, y, w, h]: [f64; 4]) {
        let [x, y, w, h, back] = [x, y, w, h, -w].map(short);
        let _ = write!(self.0, "M{x} {y}h{w}v{h}h{back}z");
    }
}

/// Where a text lies relative to its place.
#[derive(Debug, Clone, Copy)]
pub enum Anchor {
    /// Begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// Ends there.
    End,
}

/// A picture under construction.
#[derive(Debug)]
pub struct Svg {
    body: String,
    width: f64,
    height: f64,
}

/// At most two decimals, none of them a trailing zero.
fn short(x: f64) -> String {
    let text = format!("{x:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// Text as XML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

impl Svg {
    /// A white page.
    pub fn new(width: f64, height: f64) -> Svg {
        let mut svg = Svg {
            body: String::new(),
            width,
            height,
        };
        svg.rect([0.0, 0.0, width, height], "#ffffff");
        svg
    }

    /// A filled rectangle: x, y, width, height.
    pub fn rect(&mut self, area: [f64; 4], fill: &str) {
        self.shape(area, fill, "", None);
    }

    /// A filled rectangle that says what it is when pointed at.
    pub fn rect_with_title(&mut self, area: [f64; 4], fill: &str, title: &str) {
        self.shape(area, fill, "", Some(title));
    }

    /// The border of a rectangle.
    pub fn frame(&mut self, area: [f64; 4], colour: &str) {
        let stroke = format!(" stroke=\"{colour}\" stroke-width=\"1\"");
        self.shape(area, "none", &stroke, None);
    }

    fn shape(&mut self, [x, y, w, h]: [f64; 4], fill: &str, more: &str, title: Option<&str>) {
        let [x, y, w, h] = [x, y, w, h].map(short);
        let _ = write!(
            self.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{fill}\"{more}"
        );
        self.close("rect", title);
    }

    /// A bordered rectangle with round corners.
    pub fn card(&mut self, area: [f64; 4], fill: &str, border: &str) {
        let more = format!(" rx=\"4\" stroke=\"{border}\"");
        self.shape(area, fill, &more, None);
    }

    /// Rectangles of one colour.
    pub fn squares(&mut self, squares: &Squares, fill: &str) {
        let _ = writeln!(self.body, "<path d=\"{}\" fill=\"{fill}\"/>", squares.0);
    }

    /// Rectangles of two colours that together say what they are when pointed at.
    pub fn squares_with_title(&mut self, layers: [(&Squares, &str); 2], title: &str) {
        let [(a, below), (b, above)] = layers;
        let _ = writeln!(
            self.body,
            "<g><title>{}</title><path d=\"{}\" fill=\"{below}\"/><path d=\"{}\" fill=\"{above}\"/></g>",
            escape(title),
            a.0,
            b.0
        );
    }

    /// A dot with a white border.
    pub fn dot(&mut self, [x, y]: [f64; 2], radius: f64, fill: &str) {
        let [x, y, r] = [x, y, radius].map(short);
        let _ = writeln!(
            self.body,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" fill=\"{fill}\" stroke=\"#ffffff\" stroke-width=\"0.7\"/>"
        );
    }

    /// Bold text around a middle that stays readable on any colour.
    pub fn text_on_colour(&mut self, text: &str, at: [f64; 2], size: f64) {
        let text = escape(text);
        let [x, y, size] = [at[0], at[1] + 0.36 * size, size].map(short);
        for style in [
            "stroke=\"#ffffff\" stroke-width=\"3\" stroke-linejoin=\"round\" fill=\"#ffffff\" stroke-opacity=\"0.85\"",
            "fill=\"#111111\"",
        ] {
            let _ = writeln!(
                self.body,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"bold\" text-anchor=\"middle\" pointer-events=\"none\" {style}>{text}</text>"
            );
        }
    }

    /// A line from one point to another.
    pub fn line(&mut self, from: [f64; 2], to: [f64; 2], colour: &str, width: f64) {
        self.line_with_title(from, to, colour, width, None);
    }

    /// A line that may say what it is when pointed at.
    pub fn line_with_title(
        &mut self,
        from: [f64; 2],
        to: [f64; 2],
        colour: &str,
        width: f64,
        title: Option<&str>,
    ) {
        let [x1, y1, x2, y2] = [from[0], from[1], to[0], to[1]].map(short);
        let width = short(width);
        let _ = write!(
            self.body,
            "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"{colour}\" stroke-width=\"{width}\""
        );
        self.close("line", title);
    }

    /// A filled polygon.
    pub fn polygon(&mut self, points: &[[f64; 2]], fill: &str) {
        let points: Vec<String> = points
            .iter()
            .map(|p| format!("{},{}", short(p[0]), short(p[1])))
            .collect();
        let points = points.join(" ");
        let _ = writeln!(self.body, "<polygon points=\"{points}\" fill=\"{fill}\"/>");
    }

    /// Text whose vertical middle is at `at`.
    pub fn text(&mut self, text: &str, at: [f64; 2], size: f64, colour: &str, anchor: Anchor) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        // Capitals and digits are about 0.7 of the size high.
        let (x, y) = (short(at[0]), short(at[1] + 0.35 * size));
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" fill=\"{colour}\" text-anchor=\"{anchor}\">{}</text>",
            short(size),
            escape(text)
        );
    }

    fn close(&mut self, tag: &str, title: Option<&str>) {
        let _ = match title {
            Some(t) => writeln!(self.body, "><title>{}</title></{tag}>", escape(t)),
            None => writeln!(self.body, "/>"),
        };
    }

    /// Title and subtitle in the upper left corner.
    pub fn head(&mut self, title: &str, subtitle: &str) {
        self.text(title, [24.0, 30.0], 20.0, INK, Anchor::Start);
        self.text(subtitle, [24.0, 54.0], 13.5, GREY, Anchor::Start);
    }

    /// Squares with names in a row; returns where the next would begin.
    pub fn legend(&mut self, mut x: f64, y: f64, entries: &[(&str, &str)]) -> f64 {
        for (name, colour) in entries {
            self.rect([x, y - 6.0, 12.0, 12.0], colour);
            self.text(name, [x + 18.0, y], 13.0, INK, Anchor::Start);
            x += 18.0 + 26.0 + 6.6 * name.chars().count() as f64;
        }
        x
    }

    /// The whole file.
    pub fn finish(self) -> String {
        let (w, h) = (short(self.width), short(self.height));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" font-family=\"Helvetica, Arial, sans-serif\">\n{}</svg>\n",
            self.body
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_numbers_short() {
        let mut svg = Svg::new(10.0, 10.0);
        svg.rect_with_title([1.0 / 3.0, 2.0, 3.5, 4.0], "#000000", "a<b & \"c\"");
        let text = svg.finish();
        assert!(text.contains("x=\"0.33\" y=\"2\" width=\"3.5\""), "{text}");
        assert!(text.contains("a&lt;b &amp; &quot;c&quot;"), "{text}");
    }
}
