export const file = import.meta.url.split('/').slice(-2).join('/');
