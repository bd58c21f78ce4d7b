export default function a() {}
export { a };
