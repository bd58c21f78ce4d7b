export default 'from an ES module';
