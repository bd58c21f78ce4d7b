import assert from 'node:assert';
export * from 'node:assert';
export default assert.strict;
