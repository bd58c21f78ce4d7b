//! Medians, and how certain they are.

/// The median of a series of ratios, with an interval that has the true median in 95 % of all cases or more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// The median.
    pub median: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

impl Gain {
    /// Returns the median of ratios. The ends of the interval are two of the ratios in ascending order, equally far from
    /// both ends: this assumes nothing about how the ratios are distributed.
    pub fn of(mut ratios: Vec<f64>) -> Self {
        ratios.sort_by(f64::total_cmp);
        let outside = outside(ratios.len());
        let at = |place: usize| ratios.get(place).copied().unwrap_or(f64::NAN);
        let high = at(ratios.len().saturating_sub(1 + outside));
        Self { median: median(ratios.clone()), low: at(outside), high }
    }
}

/// Returns how many values can be left out at each end, so that the rest still has the true median with a probability of
/// 95 %. The number of values below the median has a binomial distribution.
fn outside(count: usize) -> usize {
    let all = 2.0_f64.powi(i32::try_from(count).unwrap_or(i32::MAX));
    // Of the 2^count equally probable cases: those with exactly, and with at most, so many values below the median.
    let (mut exactly, mut at_most) = (1.0, 1.0);
    for more in 1..count {
        exactly *= (count + 1 - more) as f64 / more as f64;
        at_most += exactly;
        if 2.0 * at_most / all > 0.05 {
            return more - 1;
        }
    }
    0
}

/// Returns the middle value, or the mean of the two in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { at(half) } else { f64::midpoint(at(half.wrapping_sub(1)), at(half)) }
}

/// Returns the geometric mean.
pub fn geometric_mean(values: impl Iterator<Item = f64>) -> f64 {
    let logarithms: Vec<f64> = values.map(f64::ln).collect();
    (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_fifteen_ratios_three_are_outside_at_each_end() {
        // Of 15 values, 3 or less are below the median in 1.8 % of all cases; 4 or less in 5.9 %.
        let gain = Gain::of((1..=15).rev().map(f64::from).collect());
        assert_eq!(gain, Gain { median: 8.0, low: 4.0, high: 12.0 });
    }

    #[test]
    fn few_ratios_have_the_widest_interval() {
        assert_eq!(Gain::of(vec![2.0, 1.0]), Gain { median: 1.5, low: 1.0, high: 2.0 });
    }

    #[test]
    fn the_geometric_mean_of_a_gain_and_an_equal_loss_is_1() {
        assert!((geometric_mean([2.0, 0.5].into_iter()) - 1.0).abs() < 1e-12);
    }
}
