import './cycle-b.mjs';
import './good.mjs';
import './bad.mjs';
export default 'a';
