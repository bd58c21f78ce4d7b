import * as main from './main.mjs';
import { increment } from './main.mjs';
export const b = 2;
export const getA = () => main.a;
try {
    main.a;
} catch (error) {
    console.log(error.name, typeof increment);
}
