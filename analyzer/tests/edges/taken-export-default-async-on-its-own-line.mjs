var async;
export default async
function a() {}
