import { Hono } from "hono";
import { cors } from "hono/cors";
import { logger } from "hono/logger";
import { poweredBy } from "hono/powered-by";
const app = new Hono().use(logger(() => {}), cors(), poweredBy()).get("/", context => context.text("hello"));
console.log(await (await app.request("/")).text());
