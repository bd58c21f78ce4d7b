import path from 'node:path';
export * from 'node:path';
export default path;
