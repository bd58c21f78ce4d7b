//! The plots, as SVG. They have a light background, so that they are readable on a dark page, too.

use crate::run::{Growth, Run};
use benches::compare::{CHAIN, median};
use benches::operations::Operation;
use benches::peers;
use plotters::coord::combinators::LogCoord;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const SIZE: (u32, u32) = (960, 560);
/// The width of the right margin in pixels. The names of the lines are there.
const MARGIN: u32 = 190;
const LINE_HEIGHT: i32 = 18;
/// The lowest position of a line's name, in pixels from the top of the plot.
const LOWEST: i32 = 500;
const FONT: &str = "system-ui, -apple-system, 'Segoe UI', sans-serif";

const INK: RGBColor = RGBColor(31, 35, 40);
const FAINT: RGBColor = RGBColor(225, 228, 232);
const GREY: RGBColor = RGBColor(110, 118, 129);
const OURS: RGBColor = RGBColor(9, 105, 218);
/// Colours that readers with red or green blindness can distinguish, too (after Okabe and Ito).
const COLOURS: [RGBColor; 9] = [
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(170, 120, 0),
    RGBColor(86, 160, 210),
    RGBColor(128, 82, 160),
    RGBColor(150, 90, 60),
    RGBColor(90, 140, 60),
    RGBColor(180, 50, 80),
];

/// A line of a plot: its name, its colour and width, and its points.
struct Line {
    name: String,
    colour: RGBColor,
    width: u32,
    points: Vec<(f64, f64)>,
}

/// Plots the time of a validation by the size of the file, for the codec, its peers and the chain of lengths.
pub(crate) fn latency(run: &Run) -> Result<String> {
    let points = |name: &str| run.growth.iter().map(|it| (it.file as f64, median(&it.validate, name))).collect();
    let mut lines = vec![Line { name: "BMES".to_owned(), colour: OURS, width: 4, points: points("BMES") }];
    for (peer, colour) in peers::ALL.iter().zip(COLOURS) {
        lines.push(Line { name: peer.name.to_owned(), colour, width: 2, points: points(peer.name) });
    }
    lines.push(Line { name: CHAIN.to_owned(), colour: GREY, width: 2, points: points(CHAIN) });
    draw("Time to validate a module, hot", "bytes of its BMES file", &lines)
}

/// Plots the time of all operations by the number of strings.
pub(crate) fn growth(run: &Run) -> Result<String> {
    let of = |operation: Operation| {
        let point = |it: &Growth| (it.strings as f64, median(&it.operations, operation.name()));
        run.growth.iter().map(point).collect::<Vec<_>>()
    };
    let others = Operation::ALL.into_iter().filter(|&operation| operation != Operation::Validate);
    let mut lines: Vec<Line> = others
        .zip(COLOURS.into_iter().chain([INK]))
        .map(|(operation, colour)| Line { name: operation.name().to_owned(), colour, width: 2, points: of(operation) })
        .collect();
    lines.push(Line { name: "validate".to_owned(), colour: OURS, width: 4, points: of(Operation::Validate) });
    draw("Time by the number of strings, hot", "strings in the module", &lines)
}

fn draw(title: &str, x: &str, lines: &[Line]) -> Result<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&root)
            .caption(title, (FONT, 22, FontStyle::Bold, &INK))
            .margin(16)
            .margin_right(MARGIN)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(range(lines, |point| point.0).log_scale(), range(lines, |point| point.1).log_scale())?;
        chart
            .configure_mesh()
            .x_desc(x)
            .axis_style(GREY)
            .bold_line_style(FAINT)
            .light_line_style(TRANSPARENT)
            .label_style((FONT, 14, &INK))
            .axis_desc_style((FONT, 15, &INK))
            .x_label_formatter(&|number| count(*number))
            .y_label_formatter(&|nanoseconds| time(*nanoseconds))
            .draw()?;
        for line in lines {
            let style = line.colour.stroke_width(line.width);
            chart.draw_series(LineSeries::new(line.points.iter().copied(), style))?;
            let dots = line.points.iter().map(|point| Circle::new(*point, line.width, line.colour.filled()));
            chart.draw_series(dots)?;
        }
        names(&root, &chart, lines)?;
        root.present()?;
    }
    Ok(svg)
}

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<LogCoord<f64>, LogCoord<f64>>>;

/// Writes the name of each line at its end, in its colour. The names are moved so that they do not overlap.
fn names(
    root: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    chart: &Chart<'_, '_>,
    lines: &[Line],
) -> Result<()> {
    let ends = lines.iter().filter_map(|line| Some((line, chart.backend_coord(line.points.last()?))));
    let mut ends: Vec<_> = ends.map(|(line, (x, y))| (line, x, y, y)).collect();
    ends.sort_by_key(|&(_, _, y, _)| y);
    let mut lowest = 0;
    for (_, _, _, label_y) in &mut ends {
        lowest = lowest.max(*label_y);
        *label_y = lowest;
        lowest += LINE_HEIGHT;
    }
    // If the last name would be below the plot, moves names up, beginning with the last one.
    let mut highest = LOWEST;
    for (_, _, _, label_y) in ends.iter_mut().rev() {
        highest = highest.min(*label_y);
        *label_y = highest;
        highest -= LINE_HEIGHT;
    }
    for (line, x, y, label_y) in ends {
        root.draw(&PathElement::new([(x + 5, y), (x + 16, label_y)], line.colour.mix(0.6).stroke_width(1)))?;
        let weight = if line.width > 2 { FontStyle::Bold } else { FontStyle::Normal };
        let style = TextStyle::from((FONT, 14, weight)).color(&line.colour).pos(Pos::new(HPos::Left, VPos::Center));
        root.draw_text(&line.name, &style, (x + 20, label_y))?;
    }
    Ok(())
}

/// Returns the range of an axis: slightly more than the range from the smallest to the largest value.
fn range(lines: &[Line], of: impl Fn(&(f64, f64)) -> f64) -> std::ops::Range<f64> {
    let values = || lines.iter().flat_map(|line| &line.points).map(&of);
    values().fold(f64::INFINITY, f64::min) * 0.8..values().fold(0.0, f64::max) * 1.25
}

fn count(number: f64) -> String {
    match number {
        ..1e3 => format!("{number:.0}"),
        ..1e6 => format!("{:.0} K", number / 1e3),
        _ => format!("{:.0} M", number / 1e6),
    }
}

fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        ..1e3 => format!("{nanoseconds:.0} ns"),
        ..1e6 => format!("{:.0} µs", nanoseconds / 1e3),
        _ => format!("{:.0} ms", nanoseconds / 1e6),
    }
}
