import good from './good.mjs';
export default 'uses ' + good;
