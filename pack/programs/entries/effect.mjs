import * as all from "effect";
console.log(Object.keys(all).length, all.Effect.runSync(all.Effect.succeed(1)));
