export default 'not reached';
