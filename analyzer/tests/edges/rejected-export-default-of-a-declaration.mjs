export default let a;
