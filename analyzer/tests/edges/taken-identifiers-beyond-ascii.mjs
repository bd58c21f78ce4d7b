export let größe, 日本語, 𝒳, \u{1d4e8}, ñ = 1, ℮, $_;
