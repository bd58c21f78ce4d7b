import { PerformanceObserver, PerformanceEntry, PerformanceMark, PerformanceMeasure } from 'node:internal/performance';
import { lackingAll } from 'node:internal/lacking';

export const { performance } = globalThis;
export const { createHistogram, monitorEventLoopDelay } = lackingAll('node:perf_hooks');
export const constants = {};
export { PerformanceObserver, PerformanceEntry, PerformanceMark, PerformanceMeasure };
export default {
    performance, PerformanceObserver, PerformanceEntry, PerformanceMark, PerformanceMeasure, createHistogram, monitorEventLoopDelay,
    constants,
};
