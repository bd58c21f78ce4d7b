import { Hono } from "hono";
import { logger } from "hono/logger";
const app = new Hono().use(logger(() => {})).get("/", context => context.text("hello"));
console.log(await (await app.request("/")).text());
