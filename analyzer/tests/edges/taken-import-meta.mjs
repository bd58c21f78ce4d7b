export const url = import.meta.url;
import
.meta;
