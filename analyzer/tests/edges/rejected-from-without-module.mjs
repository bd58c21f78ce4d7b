let from;
export {}
from;
