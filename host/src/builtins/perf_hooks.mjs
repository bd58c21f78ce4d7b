import {
    Performance, PerformanceObserver, PerformanceObserverEntryList, PerformanceEntry, PerformanceMark, PerformanceMeasure,
} from 'node:internal/performance';
import { lackingAll } from 'node:internal/lacking';

export const { performance } = globalThis;
export const { createHistogram, monitorEventLoopDelay } = lackingAll('node:perf_hooks');
export const constants = {};
export { Performance, PerformanceObserver, PerformanceObserverEntryList, PerformanceEntry, PerformanceMark, PerformanceMeasure };
export default {
    Performance, performance, PerformanceObserver, PerformanceObserverEntryList, PerformanceEntry, PerformanceMark, PerformanceMeasure,
    createHistogram, monitorEventLoopDelay, constants,
};
