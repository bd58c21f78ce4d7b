export default (function a() {});
