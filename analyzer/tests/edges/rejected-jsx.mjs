export const a = <a/>;
