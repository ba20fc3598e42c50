// Command imagesize prints, as a Markdown table, what each layer of an image
// weighs compressed, as a registry stores and a runner pulls it.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

const mebibyte = 1 << 20

func main() {
	most := flag.Float64("most", 0, "fail if the image has more `MiB` compressed")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: imagesize [-most MiB] IMAGE")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *most, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "imagesize:", err)
		os.Exit(1)
	}
}

// run saves the image, measures it and prints the table.
func run(image string, most float64, w io.Writer) error {
	cmd := exec.Command("docker", "save", image)
	cmd.Stderr = os.Stderr
	stream, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	layers, err := measure(stream)
	if err != nil {
		return fmt.Errorf("reading docker save %s: %w", image, err)
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("running docker save %s: %w", image, err)
	}
	total := table(w, image, layers)
	if most > 0 && total > most {
		return fmt.Errorf("%s has %.1f MiB compressed, more than %.0f", image, total, most)
	}
	return nil
}

// table prints the layers and gives the compressed total in MiB.
func table(w io.Writer, image string, layers []layer) float64 {
	fmt.Fprintf(w, "| %s | MiB compressed | MiB unpacked |\n|---|---|---|\n", image)
	var packed, unpacked int64
	for _, l := range layers {
		packed, unpacked = packed+l.packed, unpacked+l.unpacked
		fmt.Fprintf(w, "| %s | %.1f | %.1f |\n", strings.ReplaceAll(l.made, "|", `\|`), mib(l.packed), mib(l.unpacked))
	}
	fmt.Fprintf(w, "| total | %.1f | %.1f |\n", mib(packed), mib(unpacked))
	return mib(packed)
}

func mib(n int64) float64 { return float64(n) / mebibyte }
