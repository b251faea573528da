//! Descent by limited-memory BFGS (Nocedal and Wright, "Numerical Optimization", algorithm 7.4).

use std::collections::VecDeque;

/// Pairs of steps and changes of gradient that are kept.
const MEMORY: usize = 12;
/// What share of the expected fall a step must reach (Armijo's condition).
const FALL_MIN: f64 = 1e-4;
/// Halvings of a step before the descent is taken to have ended.
const HALVINGS_MAX: usize = 30;

/// Walks from `x` down to where the value falls by less than `tolerance` in a few steps.
pub(super) fn minimise(
    mut x: Vec<f64>,
    steps_max: usize,
    tolerance: f64,
    function: impl Fn(&[f64]) -> (f64, Vec<f64>),
) -> Vec<f64> {
    let (mut value, mut gradient) = function(&x);
    let mut memory: VecDeque<(Vec<f64>, Vec<f64>, f64)> = VecDeque::new();
    let mut idle = 0;
    for _ in 0..steps_max {
        let mut direction = downhill(&gradient, &memory);
        let mut slope = dot(&direction, &gradient);
        if slope >= 0.0 {
            memory.clear();
            direction = gradient.iter().map(|g| -g).collect();
            slope = dot(&direction, &gradient);
        }
        // Logarithms of shares: no step of more than a few of them.
        let longest = direction.iter().fold(0.0, |m: f64, d| m.max(d.abs()));
        let mut length = (2.0 / longest.max(1e-300)).min(1.0);
        if memory.is_empty() {
            length = length.min(0.5 / longest.max(1e-300));
        }
        let mut next = None;
        for _ in 0..HALVINGS_MAX {
            let moved: Vec<f64> = x.iter().zip(&direction).map(|(x, d)| x + length * d).collect();
            let found = function(&moved);
            if found.0 <= value + FALL_MIN * length * slope {
                next = Some((moved, found));
                break;
            }
            length /= 2.0;
        }
        let Some((moved, (lower, turned))) = next else { break };
        let step: Vec<f64> = moved.iter().zip(&x).map(|(a, b)| a - b).collect();
        let change: Vec<f64> = turned.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        let curvature = dot(&step, &change);
        if curvature > 1e-12 * dot(&change, &change) {
            memory.push_back((step, change, curvature));
            if memory.len() > MEMORY {
                memory.pop_front();
            }
        }
        idle = if value - lower < tolerance { idle + 1 } else { 0 };
        (x, value, gradient) = (moved, lower, turned);
        if idle >= 5 {
            break;
        }
    }
    x
}

/// Minus the remembered inverse Hessian times the gradient: the two loops.
fn downhill(gradient: &[f64], memory: &VecDeque<(Vec<f64>, Vec<f64>, f64)>) -> Vec<f64> {
    let mut q: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut shares = Vec::with_capacity(memory.len());
    for (step, change, curvature) in memory.iter().rev() {
        let share = dot(step, &q) / curvature;
        q.iter_mut().zip(change).for_each(|(q, c)| *q -= share * c);
        shares.push(share);
    }
    if let Some((_, change, curvature)) = memory.back() {
        let scale = curvature / dot(change, change);
        for q in &mut q {
            *q *= scale;
        }
    }
    for ((step, change, curvature), share) in memory.iter().zip(shares.into_iter().rev()) {
        let back = share - dot(change, &q) / curvature;
        q.iter_mut().zip(step).for_each(|(q, s)| *q += back * s);
    }
    q
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
