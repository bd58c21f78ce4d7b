// Where the files are that Node.js' tests read.
'use strict';

const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');

const fixturesDir = path.join(__dirname, '..', 'fixtures');
const at = (...segments) => path.join(fixturesDir, ...segments.flat());
module.exports = { fixturesDir, path: at, fileURL: (...segments) => pathToFileURL(at(...segments)), readSync: (name, encoding) => fs.readFileSync(at(name), encoding) };
