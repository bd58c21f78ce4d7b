// Returns a line of the output.
const { pad } = require("./pad.cjs");
module.exports = (word, times) => `${pad(times, 6)}  ${word}`;
