export const later = async () => (await import('./a.mjs')).default + ' later';
