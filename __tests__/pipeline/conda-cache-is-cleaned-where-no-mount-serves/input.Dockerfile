FROM condaforge/miniforge3
RUN conda install -y numpy
CMD ["python", "-c", "import numpy"]
