module.exports = this === module.exports && typeof require === 'function';
