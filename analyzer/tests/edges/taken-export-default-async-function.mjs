export default async function a() {}
