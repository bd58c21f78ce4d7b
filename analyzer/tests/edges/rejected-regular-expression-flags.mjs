/a/uv;
