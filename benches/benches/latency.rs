//! Measures the time of each operation with criterion, to show how a change of the code affects an operation on one machine.
//! For comparisons with other formats, use `peers`. For ratios that also hold on other machines, use `cargo xtask bench`.
//!
//! The groups `SHAPE hot` measure one module again and again, so that the processor's caches and predictors learn it. The
//! groups `SHAPE rN` measure N different modules of the shape in random order. The groups with `version 4` in their name measure
//! the operations of version 4 on the same modules.

use benches::operations::{Operation, Subjects};
use benches::version4::{Operation4, Subjects4, Workload4};
use benches::workloads::{Shape, Workload};
use bmes::Version;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput};
use std::time::{Duration, Instant};

fn main() {
    // The measurement is short by default. Criterion's options make it longer: `-- --measurement-time 5`.
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
        bench(&mut group, operation.name(), &mut |calls| operation.run(&mut subjects, calls));
    }
    group.finish();

    let converted: Vec<Workload4<'_>> = workloads.iter().map(Workload4::of).collect();
    let mut subjects = Subjects4::new(&converted);
    let mut group = criterion.benchmark_group(format!("{} {regime}, version 4", shape.name()));
    group.throughput(Throughput::Bytes(converted[0].file.len() as u64));
    for operation in Operation4::ALL {
        bench(&mut group, operation.name(), &mut |calls| operation.run(&mut subjects, calls));
    }
    group.finish();
}

fn bench(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, run: &mut dyn FnMut(u64)) {
    group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
        bencher.iter_custom(|calls| {
            let start = Instant::now();
            run(calls);
            start.elapsed()
        });
    });
}
