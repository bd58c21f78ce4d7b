const shown = (call) => {
    try {
        console.log(call());
    } catch (error) {
        console.log(error?.name, error?.code, error?.message, error instanceof DOMException);
    }
};
// DOMException
shown(() => { const e = new DOMException('m', 'AbortError'); return [e.name, e.code, e.message, String(e), Object.prototype.toString.call(e), e instanceof Error, DOMException.ABORT_ERR, e.ABORT_ERR, Object.keys(e)]; });
shown(() => { const e = new DOMException('m', { name: 'X', cause: 5 }); return [e.name, e.code, e.cause, e.stack.split('\n')[0]]; });
shown(() => { const e = new DOMException(); return [e.name, e.code, e.message]; });
shown(() => atob('*'));
shown(() => btoa('\u0100'));
shown(() => [atob(' YQ == '), atob('YQ'), btoa('a'), atob(''), atob('ab==')]);
shown(() => atob('a'));
// Abort
shown(() => { const c = new AbortController(); c.abort(); return [c.signal.aborted, c.signal.reason.name, c.signal.reason.message, c.signal.reason.code]; });
shown(() => AbortSignal.abort().throwIfAborted());
shown(() => AbortSignal.abort(5).reason);
shown(() => AbortSignal.abort(null).throwIfAborted());
shown(() => new AbortSignal());
shown(() => AbortSignal.timeout('1'));
shown(() => AbortSignal.timeout(-1));
shown(() => AbortSignal.any(1));
shown(() => AbortSignal.any([1]));
shown(() => { const c = new AbortController(); const s = AbortSignal.any([c.signal, AbortSignal.timeout(100000)]); const log = []; s.onabort = (e) => log.push(e.type, e.target === s, s.reason); c.abort('r'); return [s.aborted, ...log]; });
shown(() => new AbortController());
shown(() => new Event('x').type);
shown(() => new Event());
shown(() => [Object.keys(new Event('x')), new Event('x').isTrusted]);
// EventTarget
shown(() => { const t = new EventTarget(); const log = []; const l = { handleEvent(e) { log.push(this === l, e.currentTarget === t, e.eventPhase, e.composedPath().length); } }; t.addEventListener('a', l); t.addEventListener('a', l); t.addEventListener('a', (e) => { log.push('once'); e.stopImmediatePropagation(); }, { once: true }); t.addEventListener('a', () => log.push('last')); const e = new Event('a', { cancelable: true }); log.push(t.dispatchEvent(e)); log.push(t.dispatchEvent(new Event('a'))); log.push(e.currentTarget, e.eventPhase, e.target === t); return log; });
shown(() => new EventTarget().dispatchEvent({}));
shown(() => new EventTarget().addEventListener('x', 5));
shown(() => new EventTarget().addEventListener('x'));
shown(() => new EventTarget());
shown(() => new CustomEvent('a', { detail: 5 }).detail);
shown(() => { const e = new Event('a', { cancelable: true }); e.preventDefault(); return [e.defaultPrevented, e.returnValue, e.cancelBubble, e.bubbles, e.composed]; });
shown(() => { const t = new EventTarget(); const e = new Event('a'); t.addEventListener('a', () => t.dispatchEvent(e)); process.once('uncaughtException', (x) => console.log('ue', x.name, x.code, x.message)); return t.dispatchEvent(e); });
// Blob
shown(() => new Blob(['ab', new Uint8Array([99]), new Blob(['d'])], { type: 'Text/Plain' }));
shown(() => [new Blob(['abc']).slice(1).size, new Blob(['abc']).slice(-2, -1).size, new Blob().type]);
shown(() => new Blob('a'));
shown(() => new Blob([1, null, {}]).size);
shown(() => new File(['a']));
shown(() => new File(['a'], 'n.txt', { type: 'a/b', lastModified: 5 }).lastModified);
console.log(await new Blob(['ä']).text(), await new Blob(['ä']).arrayBuffer());
shown(() => { const f = new FormData(); f.append('a', '1'); f.append('a', 2); f.set('b', 'x'); f.append('f', new Blob(['q']), 'name.txt'); return [[...f].map(([k, v]) => [k, typeof v === 'string' ? v : v.name]), f.get('a'), f.getAll('a'), f.has('z'), f.get('z'), [...f.keys()]]; });
shown(() => new FormData(5));
shown(() => new FormData().append('a'));
// performance
shown(() => { const m = performance.mark('m', { detail: { a: 1 }, startTime: 5 }); return [m.name, m.entryType, m.startTime, m.duration, m.detail, m instanceof PerformanceMark, m]; });
shown(() => { const m = performance.measure('x', { start: 1, end: 4 }); return [m.name, m.entryType, m.startTime, m.duration, m.detail, m.toJSON()]; });
shown(() => performance.getEntriesByName('m').length);
shown(() => performance.getEntries().length);
shown(() => performance.measure('q', 'none'));
shown(() => [typeof performance.timeOrigin, performance.timeOrigin > 1e12, typeof performance.toJSON(), performance instanceof Performance]);
shown(() => performance.mark()); 
shown(() => { performance.clearMarks(); return performance.getEntriesByType('mark').length; });
// console
console.table([{ a: 1, b: 'x' }, { a: 2, c: true }]); console.table([[1, 2], [3]]); console.table(new Map([['k', 1]])); console.table(new Set([1])); console.table(5); console.table([{ a: 1, b: 2 }], ['b']); console.table([]);
console.group('G'); console.log('in\nside'); console.groupCollapsed('H'); console.info('deep'); console.groupEnd(); console.groupEnd(); console.groupEnd(); console.log('out');
console.count(); console.count('x'); console.count(); console.countReset(); console.count(); console.assert(true, 'no'); console.log('%s is %d and %i %f %j %o %O %c!%%', 'a', 1.5, 2.7, '3.1', { a: 1 }, [1], { b: 2 }, 'css', 'extra'); console.log('%s', null, undefined, 5n, Symbol('s'), -0); console.log(); console.log('%'); console.log('a%'); console.log('%d', '0x10', '%s'); console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 }); console.dirxml({ a: 1 }, [2]);
shown(() => console[Symbol.toStringTag]);
const ct = new console.Console({ stdout: { write: (s) => process.stdout.write('C:' + s), on() {}, once() {}, removeListener() {}, listenerCount: () => 0 } }); ct.log('x %d', 1); ct.group(); ct.warn('y');
shown(() => new console.Console());
shown(() => console instanceof console.Console);
