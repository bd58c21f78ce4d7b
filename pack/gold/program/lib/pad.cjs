exports.pad = (value, width) => String(value).padStart(width);
