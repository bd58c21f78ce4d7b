export default 'bad
