module.exports = require('./sub.cjs');
