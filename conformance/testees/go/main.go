// Command testee speaks BMES-CP/1, the protocol of the conformance suite, for package bmes.
//
// Without an argument, it reads requests on standard input, one per line, and writes one line for
// each answer. With an operation as its last argument, it handles one request and exits.
package main

import (
	"bufio"
	"errors"
	"io"
	"os"
)

// The exit statuses of one-shot mode.
const (
	exitOK          = 0
	exitErr         = 1
	exitFault       = 70
	exitUnsupported = 89
)

func main() {
	if len(os.Args) > 1 {
		os.Exit(oneShot(os.Args[len(os.Args)-1], os.Stdin, os.Stdout))
	}
	if err := serve(os.Stdin, os.Stdout, maxLine); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(exitFault)
	}
}

// serve answers requests until bye or the end of the input. It writes each answer at once, without
// a buffer, so there is nothing to flush. A line has at most limit bytes.
func serve(in io.Reader, out io.Writer, limit int) error {
	lines := bufio.NewReaderSize(in, 1<<16)
	for {
		line, err := readLine(lines, limit)
		var answer []byte
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, errLongLine):
			answer = faultLine(err)
		case err != nil:
			return err
		default:
			var bye bool
			if answer, bye = answerLine(line); bye {
				return nil
			}
		}
		if _, err := out.Write(answer); err != nil {
			return err
		}
	}
}

// maxLine is the largest number of bytes in a line, its end included.
const maxLine = 64 << 20

var errLongLine = errors.New("the line is too long")

// readLine returns the next line without its end. If the line has more than limit bytes, it skips the
// line and returns errLongLine. At the end of the input, it returns io.EOF.
func readLine(in *bufio.Reader, limit int) ([]byte, error) {
	var line []byte
	length := 0
	for {
		piece, err := in.ReadSlice('\n')
		length += len(piece)
		if length <= limit {
			line = append(line, piece...)
		} else {
			line = nil
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err != nil && (err != io.EOF || length == 0):
			return nil, err
		case length > limit:
			return nil, errLongLine
		case err == nil:
			line = line[:len(line)-1]
		}
		return line, nil
	}
}

// oneShot handles one request and returns the exit status.
func oneShot(op string, in io.Reader, out io.Writer) int {
	fields, err := oneShotFields(op, in)
	var result result
	if err != nil {
		result = faultResult(err)
	} else {
		result = run(op, fields)
	}
	line := append(result.append([]byte{'{'}), '}', '\n')
	if _, err := out.Write(line); err != nil {
		return exitFault
	}
	return result.exit
}

// oneShotFields reads what an operation needs from standard input.
func oneShotFields(op string, in io.Reader) (*fields, error) {
	switch op {
	case "identify", "decode", "check":
		file, err := io.ReadAll(in)
		return &fields{file: file}, err
	case "encode", "match":
		line, err := readLine(bufio.NewReaderSize(in, 1<<16), maxLine)
		if err != nil {
			return nil, err
		}
		return readFields(line)
	default:
		return &fields{}, nil
	}
}
