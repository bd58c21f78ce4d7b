// Resolves URLs as Node.js did before the URL standard: `url.resolve`.

import { Url, hasSlashes } from 'node:internal/legacy-url';

const split = (path) => (path ? path.split('/') : []);
const isRooted = (path) => Boolean(path?.startsWith('/'));
const given = (value) => value !== null && value !== undefined;

// Completes what depends on the other parts.
function complete(url) {
    if (given(url.pathname) || given(url.search)) url.path = (url.pathname ?? '') + (url.search ?? '');
    url.href = url.format();
    return url;
}
function copyQuery(url, from) {
    url.search = from.search;
    url.query = from.query;
}

export function resolveObject(base, relative) {
    const url = Object.assign(new Url(), base);
    // Some of its parts are changed.
    relative = Object.assign(new Url(), relative);
    url.hash = relative.hash;
    if (relative.href === '') {
        url.href = url.format();
        return url;
    }
    if (relative.slashes && !relative.protocol) {
        Object.assign(url, relative, { protocol: url.protocol });
        if (hasSlashes(url.protocol) && url.hostname && !url.pathname) url.path = url.pathname = '/';
        url.href = url.format();
        return url;
    }
    if (relative.protocol && relative.protocol !== url.protocol) return withProtocol(url, relative);
    return withPath(url, relative);
}

function withProtocol(url, relative) {
    if (!hasSlashes(relative.protocol)) {
        Object.assign(url, relative);
        url.href = url.format();
        return url;
    }
    url.protocol = relative.protocol;
    if (!relative.host && !/^(file|javascript):?$/.test(relative.protocol)) {
        // The first segment is the host.
        const segments = split(relative.pathname);
        while (segments.length > 0 && !relative.host) relative.host = segments.shift();
        relative.host ||= '';
        relative.hostname ||= '';
        if (segments[0] !== '') segments.unshift('');
        if (segments.length < 2) segments.unshift('');
        url.pathname = segments.join('/');
    } else {
        url.pathname = relative.pathname;
    }
    copyQuery(url, relative);
    Object.assign(url, { host: relative.host || '', auth: relative.auth, hostname: relative.hostname || relative.host, port: relative.port });
    if (url.pathname || url.search) url.path = (url.pathname || '') + (url.search || '');
    url.slashes ||= relative.slashes;
    url.href = url.format();
    return url;
}

// Reads the host from the begin of a path, and its user.
function setHost(url, host) {
    url.host = url.hostname = host;
    if (!host || host.indexOf('@') <= 0) return;
    [url.auth, url.host] = host.split('@');
    url.hostname = url.host;
}

// The path of a URL whose protocol has no slashes begins with its host, so that `..` removes the host, too.
function moveHosts(url, relative, own, other) {
    url.hostname = '';
    url.port = null;
    const move = (host, path) => {
        if (!host) return;
        if (path[0] === '') path[0] = host;
        else path.unshift(host);
    };
    move(url.host, own);
    url.host = '';
    if (!relative.protocol) return;
    Object.assign(relative, { hostname: null, port: null });
    url.auth = null;
    move(relative.host, other);
    relative.host = null;
}

function withPath(url, relative) {
    let path = split(url.pathname);
    const other = split(relative.pathname);
    const isAbsolute = Boolean(relative.host) || isRooted(relative.pathname);
    const staysBelowRoot = isAbsolute || isRooted(url.pathname) || Boolean(url.host && relative.pathname);
    let hasRoot = staysBelowRoot;
    const lacksSlashes = url.protocol && !hasSlashes(url.protocol);
    if (lacksSlashes) {
        moveHosts(url, relative, path, other);
        hasRoot &&= other[0] === '' || path[0] === '';
    }
    if (isAbsolute) {
        for (const name of ['host', 'hostname']) {
            if (!given(relative[name])) continue;
            if (url[name] !== relative[name]) url.auth = null;
            if (name === 'host') url.port = relative.port;
            url[name] = relative[name];
        }
        copyQuery(url, relative);
        path = other;
    } else if (other.length > 0) {
        path = [...path.slice(0, -1), ...other];
        copyQuery(url, relative);
    } else if (given(relative.search)) {
        if (lacksSlashes) setHost(url, path.shift());
        copyQuery(url, relative);
        return complete(url);
    }
    if (path.length === 0) {
        url.pathname = null;
        url.path = url.search ? `/${url.search}` : null;
        url.href = url.format();
        return url;
    }
    const last = path.at(-1);
    const isFolder = last === '' || (['.', '..'].includes(last) && Boolean(url.host || relative.host || path.length > 1));
    path = withoutDots(path, hasRoot || staysBelowRoot);
    if (hasRoot && path[0] !== '' && !isRooted(path[0])) path.unshift('');
    if (isFolder && !path.join('/').endsWith('/')) path.push('');
    const begins = path[0] === '' || isRooted(path[0]);
    if (lacksSlashes) setHost(url, begins ? '' : (path.shift() ?? ''));
    hasRoot ||= Boolean(url.host) && path.length > 0;
    if (hasRoot && !begins) path.unshift('');
    url.pathname = path.length === 0 ? null : path.join('/');
    if (path.length === 0) url.path = null;
    url.auth = relative.auth || url.auth;
    url.slashes ||= relative.slashes;
    return complete(url);
}

function withoutDots(path, staysBelowRoot) {
    const kept = [];
    let up = 0;
    for (const segment of path.toReversed()) {
        if (segment === '.') continue;
        if (segment === '..') up++;
        else if (up > 0) up--;
        else kept.push(segment);
    }
    return [...(staysBelowRoot ? [] : Array(up).fill('..')), ...kept.reverse()];
}
