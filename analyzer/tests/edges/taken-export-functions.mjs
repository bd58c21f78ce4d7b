export function a() {}
export function* b() {}
export async function c() {}
export async function* d() {}
