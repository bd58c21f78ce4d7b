package bmes

// mergeSort returns a sorted copy of a list. Equal elements keep their order.
//
// A merge sort compares two elements at most once. Functions of package sort can compare the same
// two elements many times, and a hostile record can make one comparison as long as the record.
func mergeSort[T any](list []T, less func(a, b T) bool) []T {
	sorted := append(make([]T, 0, len(list)), list...)
	if len(list) < 2 {
		return sorted
	}
	from, to := sorted, make([]T, len(list))
	for width := 1; width < len(list); width *= 2 {
		for start := 0; start < len(list); start += 2 * width {
			middle := smaller(start+width, len(list))
			end := smaller(start+2*width, len(list))
			merge(to[start:end], from[start:middle], from[middle:end], less)
		}
		from, to = to, from
	}
	return from
}

// merge merges two sorted lists into out, which has the length of both together.
func merge[T any](out, left, right []T, less func(a, b T) bool) {
	for i := range out {
		if len(left) == 0 || len(right) > 0 && less(right[0], left[0]) {
			out[i], right = right[0], right[1:]
		} else {
			out[i], left = left[0], left[1:]
		}
	}
}

func smaller(a, b int) int {
	if a < b {
		return a
	}
	return b
}
