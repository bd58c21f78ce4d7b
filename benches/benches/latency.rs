//! Time per operation, by criterion: shows how one change affects one operation on one machine. For comparisons with other
//! formats, and for numbers that are valid on other machines, see `peers` and `cargo xtask bench`.
//!
//! The group `hot` measures one module again and again, which the processor's caches and predictors learn. The group `rN`
//! measures N different modules of that shape in random order.

use benches::operations::{Operation, Subjects};
use benches::workloads::{Shape, Workload};
use bmes::Version;
use criterion::{BenchmarkId, Criterion, Throughput};
use std::time::{Duration, Instant};

fn main() {
    // Short by default; criterion's options make it longer: `-- --measurement-time 5`.
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .sample_size(30)
        .without_plots()
        .configure_from_args();
    for shape in Shape::ALL {
        group(&mut criterion, "hot", shape, &[Workload::new(shape, Version::V1)]);
        let many = shape.shuffled(shape.many());
        group(&mut criterion, &format!("r{}", many.len()), shape, &many);
    }
    criterion.final_summary();
}

fn group(criterion: &mut Criterion, regime: &str, shape: Shape, workloads: &[Workload]) {
    let mut subjects = Subjects::new(workloads);
    let mut group = criterion.benchmark_group(format!("{} {regime}", shape.name()));
    group.throughput(Throughput::Bytes(workloads[0].file.len() as u64));
    for operation in Operation::ALL {
        group.bench_function(BenchmarkId::from_parameter(operation.name()), |bencher| {
            bencher.iter_custom(|calls| {
                let start = Instant::now();
                operation.run(&mut subjects, calls);
                start.elapsed()
            });
        });
    }
    group.finish();
}
