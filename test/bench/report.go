package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// totals are what argoplan's report counts.
type totals struct{ Selected, Found, Failed, Skipped, Changed int }

func readTotals(reportDir string) (totals, error) {
	var report struct{ Totals totals }
	data, err := os.ReadFile(filepath.Join(reportDir, "report.json"))
	if err == nil {
		err = json.Unmarshal(data, &report)
	}
	return report.Totals, err
}

// selectedIn reads from the report how many Applications were rendered.
func selectedIn(dir, command string) (string, error) {
	if command != "diff" {
		return "", nil
	}
	t, err := readTotals(filepath.Join(dir, "report"))
	return fmt.Sprintf("%d of %d", t.Selected, t.Found), err
}
