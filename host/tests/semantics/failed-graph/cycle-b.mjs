import './cycle-a.mjs';
export default 'b';
