module.exports = { self: {} };
