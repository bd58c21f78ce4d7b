const path = require('path');
exports.x = 1;
exports.later = () => import('./esm.mjs').then((esm) => esm.default);
console.log(require('./data.json').k, path.basename(__filename), path.basename(__dirname) !== '', require('./sub') === require('./sub.cjs'));
try {
    require('./none');
} catch (error) {
    console.log(error.code);
}
